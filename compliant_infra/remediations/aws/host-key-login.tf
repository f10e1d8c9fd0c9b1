# Keys only; cloud-init leaves password sign-in off.
resource "aws_instance" "this" {
  key_name         = var.key_name
  user_data_base64 = null
  user_data        = <<-EOT
    #cloud-config
    ssh_pwauth: false
  EOT
}

resource "aws_launch_template" "this" {
  key_name = var.key_name
  user_data = base64encode(<<-EOT
    #cloud-config
    ssh_pwauth: false
  EOT
  )
}

variable "key_name" {
  description = "Name of the EC2 key pair of the administrators"
  type        = string
  default     = "ops"
}
