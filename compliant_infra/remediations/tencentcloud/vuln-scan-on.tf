# 每 7 天 02:00 扫描一次
resource "tencentcloud_csip_risk_center" "this" {
  scan_plan_type    = 2
  scan_plan_content = "0 0 2 */7 * * *"
}
