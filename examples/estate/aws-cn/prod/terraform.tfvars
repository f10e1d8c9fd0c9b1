certificate_arn = "arn:aws-cn:acm:cn-north-1:190000000001:certificate/5d1c0f7e-0000-4000-8000-0123456789ab"

keys = {
  database = {}
  storage  = {}
  compute  = {}
  cluster  = {}
  secrets  = {}
  logs     = { rotation = false }
}

tiers = {
  entry = {
    ingress = {
      https = { port = 443, cidr = "0.0.0.0/0", description = "HTTPS" }
      http  = { port = 80, cidr = "0.0.0.0/0", description = "跳转到 HTTPS" }
    }
  }
  app = {
    ingress = {
      web   = { port = 8443, from_tier = "entry", description = "入口到应用" }
      batch = { protocol = "-1", cidr = "0.0.0.0/0", description = "批处理调度（待收敛）" }
    }
  }
  data = {
    ingress = {
      postgres = { port = 5432, from_tier = "app", description = "应用到 PostgreSQL" }
      redis    = { port = 6379, from_tier = "app", description = "应用到 Redis" }
      nfs      = { port = 2049, from_tier = "app", description = "应用到 EFS" }
    }
  }
}

data_acl = {
  inside   = { number = 100, protocol = "-1", cidr_block = "10.40.0.0/16" }
  outbound = { number = 100, egress = true, protocol = "-1", cidr_block = "10.40.0.0/16" }
  windows  = { number = 200, cidr_block = "0.0.0.0/0", from_port = 3389, to_port = 3389 }
}

databases = {
  quote     = { parameters = { "rds.force_ssl" = "0" } }
  customers = {}
  crawler   = { encrypted = false, public = true }
}

buckets = {
  media = {
    readers = {
      Campaign = { type = "*", identifiers = ["*"] }
    }
    restrict_public = false
  }
  contracts   = {}
  access-logs = { expire_after_days = 90 }
}

roles = {
  cluster = {
    principal        = { identifiers = ["eks.amazonaws.com"] }
    managed_policies = ["AmazonEKSClusterPolicy"]
  }
  node = {
    principal        = { identifiers = ["ec2.amazonaws.com.cn"] }
    managed_policies = ["AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryReadOnly"]
  }
  snapshot = {
    principal        = { identifiers = ["dlm.amazonaws.com"] }
    managed_policies = ["service-role/AWSDataLifecycleManagerServiceRole"]
  }
  function = {
    principal        = { identifiers = ["lambda.amazonaws.com"] }
    managed_policies = ["service-role/AWSLambdaVPCAccessExecutionRole"]
  }
  replication = {
    principal = { identifiers = ["s3.amazonaws.com"] }
    statements = [
      { actions = ["s3:GetReplicationConfiguration", "s3:ListBucket"], resources = ["arn:aws-cn:s3:::qingyu-quote-*"] },
      { actions = ["s3:ReplicateObject", "s3:ReplicateDelete"], resources = ["arn:aws-cn:s3:::qingyu-quote-*-nx/*"] },
    ]
  }
  pipeline = {
    principal  = { identifiers = ["codebuild.amazonaws.com"] }
    statements = [{ actions = ["*"], resources = ["*"] }]
  }
  # 车商合作方的数据回传
  partner = {
    principal  = { type = "AWS", identifiers = ["*"] }
    statements = [{ actions = ["s3:PutObject"], resources = ["arn:aws-cn:s3:::qingyu-quote-media-cn/inbox/*"] }]
  }
  actuary = {
    principal  = { type = "AWS", identifiers = ["arn:aws-cn:iam::190000000077:root"] }
    statements = [{ actions = ["s3:GetObject"], resources = ["arn:aws-cn:s3:::qingyu-quote-contracts-cn/*"] }]
  }
}

secrets = {
  rating  = {}
  gateway = {}
  # 合作方自行保管，口令由对方人工更换
  partners = { own_key = false, rotated = false }
}

log_groups = {
  web     = 365
  rating  = 180
  gateway = 30
}

repositories = {
  quote-api = {}
  rating    = {}
  # 数据科学团队的实验镜像
  notebooks = { scan = false }
}

functions = {
  rotation = { memory_mb = 256 }
  callback = {}
  # 早期试点，还没有接入 VPC
  ocr = { in_vpc = false }
}

routes = {
  "POST /quotes"     = {}
  "GET /quotes/{id}" = {}
  # 车商回调，靠签名参数校验
  "POST /callback" = { authorization = "NONE" }
}

queues = {
  quotes    = {}
  callbacks = {}
}

topics = {
  quotes = {}
  # 运营群机器人
  promotions = { encrypted = false }
}

endpoints = {
  ecr-api        = ["cn-north-1a", "cn-north-1b"]
  secretsmanager = ["cn-north-1a", "cn-north-1b"]
  logs           = ["cn-north-1a"]
}
