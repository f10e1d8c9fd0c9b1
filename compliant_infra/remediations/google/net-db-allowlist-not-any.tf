resource "google_sql_database_instance" "this" {
  settings {
    tier = "db-n1-standard-2"
    ip_configuration {
      ipv4_enabled    = false
      private_network = "projects/shop/global/networks/shop"
    }
  }
}

resource "google_alloydb_instance" "this" {
  network_config {
    enable_public_ip = false
  }
}
