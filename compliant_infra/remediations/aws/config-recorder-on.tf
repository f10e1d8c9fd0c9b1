# The recorder works only once its status says so; it starts where a delivery channel (aws_config_delivery_channel) is.
resource "aws_config_configuration_recorder_status" "on" {
  name       = aws_config_configuration_recorder.this.name
  is_enabled = true
}

resource "aws_config_configuration_recorder_status" "this" {
  is_enabled = true
}

resource "aws_config_configuration_recorder" "this" {
  recording_group {
    resource_types                = null
    all_supported                 = true
    include_global_resource_types = true
  }
}
