# 把公网 CLB 的 Web 监听绑定到 WAF，引擎为拦截模式。
variable "waf_instance_id" {
  description = "WAF instance"
  type        = string
  default     = "waf_2kxtlbky00b2v1fn"
}

variable "waf_domain" {
  description = "Domain that the firewall protects"
  type        = string
  default     = "www.example.cn"
}

variable "waf_listener_id" {
  description = "Listener of the load balancer"
  type        = string
  default     = "lbl-0a1b2c3d"
}

resource "tencentcloud_waf_clb_domain" "entry" {
  instance_id = var.waf_instance_id
  domain      = var.waf_domain
  region      = "bj"
  status      = 1
  engine      = 21
  cls_status  = 1

  load_balancer_set {
    load_balancer_id   = tencentcloud_clb_instance.this.id
    load_balancer_name = tencentcloud_clb_instance.this.clb_name
    listener_id        = var.waf_listener_id
    listener_name      = "https"
    vport              = 443
    region             = "bj"
    protocol           = "HTTPS"
    zone               = "ap-beijing-3"
  }
}

resource "tencentcloud_waf_clb_domain" "this" {
  status = 1
  engine = 21
}

resource "tencentcloud_waf_saas_domain" "this" {
  status = 1
}
