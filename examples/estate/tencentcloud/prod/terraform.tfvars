app_id = "1300000001"

keys = {
  database = { description = "MySQL" }
  storage  = { description = "COS" }
  compute  = { description = "CBS" }
  cluster  = { description = "TKE Secret" }
  partners = { description = "合作方报文", pending_days = 7 }
}

tiers = {
  entry = {
    description = "CLB"
    ingress = [
      { port = "443", cidr_block = "0.0.0.0/0", description = "HTTPS" },
    ]
  }
  app = {
    description = "CVM、TKE"
    ingress = [
      { port = "8443", cidr_block = "10.100.0.0/16", description = "入口到应用" },
    ]
  }
  data = {
    description = "MySQL、Redis"
    ingress = [
      { port = "3306", cidr_block = "10.100.0.0/19", description = "应用到 MySQL" },
      { port = "6379", cidr_block = "10.100.0.0/19", description = "应用到 Redis" },
    ]
  }
  # 外包巡检用，不绑定任何实例
  inspection = {
    description = "vendor"
    ingress = [
      { port = "22,3389", cidr_block = "0.0.0.0/0", description = "远程巡检" },
    ]
  }
}

mysql = {
  agents = {}
  quotes = { tls = "OFF" }
  orders = { audit_days = 90 }
  # 历史佣金，只有异地备份
  commission = { standby = false }
}

buckets = {
  recordings = {}
  contracts  = { https_only = false }
  # 与新加坡合作方共享的培训素材
  training = { replica_region = "ap-singapore" }
}

log_topics = {
  entry = {}
  audit = { days = 365 }
  flow  = {}
  app   = {}
  debug = { encrypted = false }
}

namespaces = {
  agent = {}
  # 合作公司也要拉取的基础镜像
  shared = { public = true }
  # 每晚覆盖 nightly 标签
  nightly = { immutable = false }
}

cdn_domains = {
  static = {}
  poster = {}
}
