# 只列出应用所在的网段。
resource "alicloud_db_instance" "this" {
  security_ips = var.db_client_cidrs
}

resource "alicloud_mongodb_instance" "this" {
  security_ip_list = var.db_client_cidrs
}

resource "alicloud_polardb_cluster" "this" {
  db_cluster_ip_array {
    db_cluster_ip_array_name = "default"
    security_ips             = var.db_client_cidrs
  }
}

resource "alicloud_gpdb_instance" "this" {
  security_ip_list = null
  ip_whitelist {
    ip_group_name    = "default"
    security_ip_list = join(",", var.db_client_cidrs)
  }
}

resource "alicloud_elasticsearch_instance" "this" {
  private_whitelist = var.db_client_cidrs
  kibana_whitelist  = var.db_client_cidrs
}

resource "alicloud_lindorm_instance" "this" {
  ip_white_list = var.db_client_cidrs
}

variable "db_client_cidrs" {
  description = "Networks of the applications that use the database"
  type        = list(string)
  default     = ["10.0.16.0/20"]
}
