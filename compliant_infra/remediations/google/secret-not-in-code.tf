# 口令由随机资源生成,或从 Secret Manager 读取;脚本与环境变量只写密文的名称。
provider "google" {
  access_token = null
  credentials  = null
}

resource "google_sql_user" "this" {
  password = random_password.database.result
}

resource "google_sql_database_instance" "this" {
  root_password = random_password.database.result
}

resource "google_secret_manager_secret_version" "this" {
  secret_data = random_password.database.result
}

resource "google_compute_instance" "this" {
  metadata                = {}
  metadata_startup_script = "gcloud secrets versions access latest --secret=database > /run/database"
}

resource "google_compute_vpn_tunnel" "this" {
  shared_secret = random_password.database.result
}

resource "google_alloydb_cluster" "this" {
  initial_user {
    password = random_password.database.result
  }
}

resource "google_cloudfunctions_function" "this" {
  environment_variables = {
    LOG_LEVEL = "info"
  }
  secret_environment_variables {
    key     = "DB_PASSWORD"
    secret  = "database"
    version = "latest"
  }
}

resource "google_cloudfunctions2_function" "this" {
  service_config {
    secret_environment_variables {
      key        = "API_KEY"
      project_id = "shop"
      secret     = "api-key"
      version    = "latest"
    }
  }
}

resource "google_cloud_run_v2_service" "this" {
  template {
    containers {
      image = "shop/api"
      env {
        name = "DB_PASSWORD"
        value_source {
          secret_key_ref {
            secret  = "database"
            version = "latest"
          }
        }
      }
      env {
        name  = "LOG_LEVEL"
        value = "info"
      }
    }
  }
}

resource "google_cloud_run_service" "this" {
  template {
    spec {
      containers {
        image = "shop/api"
        env {
          name  = "LOG_LEVEL"
          value = "info"
        }
      }
    }
  }
}

resource "google_cloud_run_v2_job" "this" {
  template {
    template {
      containers {
        image = "shop/nightly"
        env {
          name  = "LOG_LEVEL"
          value = "info"
        }
      }
    }
  }
}

resource "random_password" "database" {
  length  = 24
  special = true
}
