# A second line at another location, best of another carrier.
resource "aws_dx_connection" "standby" {
  name      = "${aws_dx_connection.this.name}-standby"
  bandwidth = aws_dx_connection.this.bandwidth
  location  = var.second_location
}

resource "aws_dx_lag" "standby" {
  name                  = "${aws_dx_lag.this.name}-standby"
  connections_bandwidth = aws_dx_lag.this.connections_bandwidth
  location              = var.second_location
}

variable "second_location" {
  description = "Location of the second line, another than that of the first"
  type        = string
  default     = "NWCD1"
}
