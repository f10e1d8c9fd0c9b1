module orders

go 1.25

require github.com/pulumi/pulumi/sdk/v3 v3.256.0

// pulumi package add adds the module of the plugin's SDK, with a replacement by the folder that it makes.
