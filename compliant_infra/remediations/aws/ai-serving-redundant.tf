resource "aws_sagemaker_endpoint_configuration" "this" {
  production_variants {
    model_name             = "chat"
    instance_type          = "ml.m5.xlarge"
    initial_instance_count = 2
    managed_instance_scaling {
      status             = "ENABLED"
      min_instance_count = 2
      max_instance_count = 4
    }
  }
}
