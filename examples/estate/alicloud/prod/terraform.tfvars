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

repositories = {
  policy-core = { namespace = "core", summary = "保单核心" }
  claims      = { namespace = "core", summary = "理赔" }
  # 每晚构建，沿用 latest 标签
  batch = { namespace = "batch", summary = "批处理", immutable = false }
}

cdn_domains = {
  www    = {}
  static = { force_https = false }
  # 客户端下载：海外救援网点也在用
  download = { type = "download", scope = "global" }
}
