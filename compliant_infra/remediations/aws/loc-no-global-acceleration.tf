resource "aws_s3_bucket" "this" {
  acceleration_status = "Suspended"
}

resource "aws_s3_bucket_accelerate_configuration" "this" {
  status = "Suspended"
}

resource "aws_globalaccelerator_accelerator" "this" {
  enabled = false
}

resource "aws_globalaccelerator_custom_routing_accelerator" "this" {
  enabled = false
}

resource "aws_vpn_connection" "this" {
  enable_acceleration = false
}
