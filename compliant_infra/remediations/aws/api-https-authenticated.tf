# 也可以使用 Cognito、JWT 或自定义授权方。
resource "aws_api_gateway_method" "this" {
  authorization = "AWS_IAM"
}

resource "aws_apigatewayv2_route" "this" {
  authorization_type = "AWS_IAM"
}
