account_id = "1900000000000001"

databases = {
  policy = {
    storage_gb = 1000
    schemas = {
      policy_core   = { description = "保单" }
      policy_report = { description = "保单报表" }
    }
  }
  claims = {
    schemas = {
      claims = { description = "理赔" }
    }
  }
  # 与境外再保合作方共享的业务库
  reinsurance = {
    storage_gb          = 200
    cross_backup_region = "ap-southeast-1"
    schemas = {
      treaty = {}
    }
  }
}

caches = {
  quote   = { class = "tair.rdb.8g" }
  session = { audit = false }
}

buckets = {
  documents = { readers = ["290000000000000011"] }
  imaging   = {}
  exports   = { versioning = false }
}
