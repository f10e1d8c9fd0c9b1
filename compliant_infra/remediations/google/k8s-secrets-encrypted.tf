resource "google_container_cluster" "this" {
  database_encryption {
    state    = "ENCRYPTED"
    key_name = "projects/shop/locations/asia-east2/keyRings/shop/cryptoKeys/gke"
  }
}
