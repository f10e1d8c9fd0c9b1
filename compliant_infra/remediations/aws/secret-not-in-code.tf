# First rotate what stood in the code, then take it out.
variable "app_secret" {
  description = "The secret; the pipeline passes it"
  type        = string
  sensitive   = true # no default: the pipeline passes it, or TF_VAR_app_secret
}

# Credentials come from a role, a profile or the environment.
provider "aws" {
  access_key = null
  secret_key = null
}

# Secrets Manager generates and rotates the password.
resource "aws_db_instance" "this" {
  password                    = null
  manage_master_user_password = true
}

# The instance role fetches the secret while it starts.
resource "aws_instance" "this" {
  user_data_base64 = null
  user_data        = <<-EOT
    #!/bin/bash
    export DB_PASSWORD=$(aws secretsmanager get-secret-value --secret-id db --query SecretString --output text)
  EOT
}

resource "aws_launch_template" "this" {
  user_data = base64encode(<<-EOT
    #!/bin/bash
    export DB_PASSWORD=$(aws secretsmanager get-secret-value --secret-id db --query SecretString --output text)
  EOT
  )
}

resource "aws_lambda_function" "this" {
  environment {
    variables = {
      DB_SECRET_ARN = var.db_secret_arn
    }
  }
}

resource "aws_secretsmanager_secret_version" "this" {
  secret_string = var.app_secret
}

resource "aws_ssm_parameter" "this" {
  value = var.app_secret
}

resource "aws_codebuild_project" "this" {
  environment {
    compute_type = "BUILD_GENERAL1_SMALL" # keep what is there
    image        = "aws/codebuild/standard:7.0"
    type         = "LINUX_CONTAINER"
    environment_variable {
      name  = "REGISTRY_PASSWORD"
      value = "registry:password"
      type  = "SECRETS_MANAGER"
    }
  }
}

resource "aws_ecs_task_definition" "this" {
  container_definitions = jsonencode([{
    name        = "web" # keep the image and the other settings
    image       = "web:1.0"
    environment = [{ name = "PORT", value = "8080" }]
    secrets = [{
      name      = "SESSION_SECRET"
      valueFrom = var.session_secret_arn
    }]
  }])
}

variable "db_secret_arn" {
  description = "ARN of the secret of the database"
  type        = string
  default     = "arn:aws-cn:secretsmanager:cn-north-1:123456789012:secret:db-AbCdEf"
}

variable "session_secret_arn" {
  description = "ARN of the secret of the sessions"
  type        = string
  default     = "arn:aws-cn:secretsmanager:cn-north-1:123456789012:secret:session-AbCdEf"
}
