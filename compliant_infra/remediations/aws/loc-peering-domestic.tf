# Both ends lie in the regions in China.
provider "aws" {
  alias  = "beijing"
  region = "cn-north-1"
}

resource "aws_vpc_peering_connection" "this" {
  provider    = aws.beijing
  peer_region = "cn-northwest-1"
}

resource "aws_ec2_transit_gateway_peering_attachment" "this" {
  provider    = aws.beijing
  peer_region = "cn-northwest-1"
}
