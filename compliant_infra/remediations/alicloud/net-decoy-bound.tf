# 探针收到的访问转入蜜罐；正常业务不会使用这些端口，命中即告警。
resource "alicloud_threat_detection_honeypot_probe" "this" {
  honeypot_bind_list {
    honeypot_id = alicloud_threat_detection_honey_pot.decoy.id
    bind_port_list {
      start_port = 22
      end_port   = 22
    }
  }
}

resource "alicloud_threat_detection_honey_pot" "decoy" {
  honeypot_image_id   = var.honeypot_image_id
  honeypot_image_name = var.honeypot_image_name
  honeypot_name       = "decoy"
  node_id             = var.honeypot_node_id
}

variable "honeypot_image_id" {
  description = "Image of the decoy, from the data source alicloud_threat_detection_honeypot_images"
  type        = string
  default     = "sha256:0123456789abcdef"
}

variable "honeypot_image_name" {
  description = "Name of that image"
  type        = string
  default     = "ruoyi"
}

variable "honeypot_node_id" {
  description = "Management node that the decoy runs on"
  type        = string
  default     = "node-1"
}
