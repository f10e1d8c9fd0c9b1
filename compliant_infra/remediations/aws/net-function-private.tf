# 接入 VPC 的私有子网；函数 URL 要求 IAM 签名。
resource "aws_lambda_function" "this" {
  vpc_config {
    subnet_ids         = ["subnet-0a1b2c3d", "subnet-1b2c3d4e"]
    security_group_ids = ["sg-0a1b2c3d"]
  }
}

resource "aws_lambda_function_url" "this" {
  authorization_type = "AWS_IAM"
}

resource "aws_lambda_permission" "this" {
  principal              = "apigateway.amazonaws.com"
  function_url_auth_type = null
  source_arn             = "arn:aws-cn:execute-api:cn-north-1:123456789012:a1b2c3/*/*"
}
