# A dead peer ends the session: AWS renegotiates, and routes leave a tunnel that stays down.
resource "aws_vpn_connection" "this" {
  tunnel1_dpd_timeout_action = "restart"
  tunnel2_dpd_timeout_action = "restart"
}
