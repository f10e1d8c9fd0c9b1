# 实例只留内网接口;对外服务经负载均衡发布,出网走 Cloud NAT。
resource "google_compute_instance" "this" {
  network_interface {
    subnetwork = "internal"
  }
}

resource "google_compute_instance_template" "this" {
  network_interface {
    subnetwork = "internal"
  }
}

resource "google_compute_region_instance_template" "this" {
  network_interface {
    subnetwork = "internal"
  }
}
