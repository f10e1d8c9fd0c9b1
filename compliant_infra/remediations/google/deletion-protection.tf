resource "google_sql_database_instance" "this" {
  settings {
    tier                        = "db-n1-standard-2"
    deletion_protection_enabled = true
    ip_configuration {
      ipv4_enabled    = false
      private_network = "projects/shop/global/networks/shop"
    }
  }
}

resource "google_compute_instance" "this" {
  deletion_protection = true
}

resource "google_container_cluster" "this" {
  deletion_protection = true
}

resource "google_spanner_database" "this" {
  enable_drop_protection = true
}
