# 推送时自动扫描，并阻断含高危漏洞的镜像
resource "tencentcloud_tcr_namespace" "this" {
  is_auto_scan   = true
  is_prevent_vul = true
  severity       = "high"
}
