resource "aws_db_instance" "this" {
  multi_az = true
}

# Failover needs at least one replica.
resource "aws_elasticache_replication_group" "this" {
  multi_az_enabled           = true
  automatic_failover_enabled = true
  num_cache_clusters         = 2
}

resource "aws_elasticsearch_domain" "this" {
  cluster_config {
    instance_count         = 2
    zone_awareness_enabled = true
    zone_awareness_config {
      availability_zone_count = 2
    }
  }
}
