resource "google_sql_database_instance" "this" {
  settings {
    tier              = "db-n1-standard-2"
    availability_type = "REGIONAL"
    ip_configuration {
      ipv4_enabled    = false
      private_network = "projects/shop/global/networks/shop"
    }
  }
}

resource "google_redis_instance" "this" {
  tier = "STANDARD_HA"
}

resource "google_alloydb_instance" "this" {
  availability_type = "REGIONAL"
}
