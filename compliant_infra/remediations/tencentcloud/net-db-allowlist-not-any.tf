# 数据库使用单独的安全组，只放行应用所在网段访问数据库端口。
resource "tencentcloud_security_group" "data_store" {
  name        = "data-store"
  description = "数据库：仅应用子网可访问"
}

resource "tencentcloud_security_group_rule_set" "data_store" {
  security_group_id = tencentcloud_security_group.data_store.id
  ingress {
    action      = "ACCEPT"
    cidr_block  = var.database_client_cidr
    protocol    = "TCP"
    port        = var.database_port
    description = "应用子网"
  }
}

resource "tencentcloud_mysql_instance" "this" {
  security_groups = [tencentcloud_security_group.data_store.id]
}

variable "database_client_cidr" {
  description = "Network of the application"
  type        = string
  default     = "10.0.16.0/20"
}

variable "database_port" {
  description = "Port of the database"
  type        = string
  default     = "3306"
}
