output "vpc_id" {
  description = "Id of the network."
  value       = aws_vpc.this.id
}

output "networks" {
  description = "Networks of the subnets by tier, in the order of the zones."
  value       = local.networks
}

output "subnet_ids" {
  description = "Ids of the subnets by tier, in the order of the zones."
  value = {
    for tier, blocks in local.networks : tier => [for index, _ in blocks : aws_subnet.this["${tier}-${index}"].id]
  }
}

output "route_table_ids" {
  description = "Ids of the route tables by tier, in the order of the zones."
  value = {
    for tier, blocks in local.networks : tier => [for index, _ in blocks : aws_route_table.this["${tier}-${index}"].id]
  }
}

output "internet_gateway_id" {
  description = "Id of the internet gateway."
  value       = aws_internet_gateway.this.id
}
