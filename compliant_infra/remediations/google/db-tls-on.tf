resource "google_sql_database_instance" "this" {
  settings {
    tier = "db-n1-standard-2"
    ip_configuration {
      ipv4_enabled    = false
      private_network = "projects/shop/global/networks/shop"
      ssl_mode        = "ENCRYPTED_ONLY"
    }
  }
}

resource "google_redis_instance" "this" {
  transit_encryption_mode = "SERVER_AUTHENTICATION"
}

resource "google_alloydb_instance" "this" {
  client_connection_config {
    ssl_config {
      ssl_mode = "ENCRYPTED_ONLY"
    }
  }
}
