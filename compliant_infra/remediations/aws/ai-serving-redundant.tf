resource "aws_sagemaker_endpoint_configuration" "this" {
  production_variants {
    model_name             = var.model_name    # keep the model
    instance_type          = var.instance_type # and the type
    initial_instance_count = 2
    managed_instance_scaling {
      status             = "ENABLED"
      min_instance_count = 2
      max_instance_count = 4
    }
  }
}

variable "model_name" {
  description = "Name of the model"
  type        = string
  default     = "chat"
}

variable "instance_type" {
  description = "Type of the instances"
  type        = string
  default     = "ml.m5.xlarge"
}
