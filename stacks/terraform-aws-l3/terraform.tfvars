# Beginning of every name. 所有资源名的前缀
name = "starter"

# mlps-l2, mlps-l3; also in compliant-infra.toml. 须与 compliant-infra.toml 一致
baseline = "mlps-l3"

region = "cn-north-1"

zones = ["cn-north-1a", "cn-north-1b"]

standby_region = "cn-northwest-1"

standby_zones = ["cn-northwest-1a", "cn-northwest-1b"]

tags = {
  system = "starter"
}

# REPLACE 须替换: Twelve digits of the AWS China account that everything is made in 部署所用的亚马逊云科技中国区账号（12 位数字）
account_id = "123456789012"

# REPLACE 须替换: Certificate of the system's domain, which has an ICP filing, in ACM of the primary region 系统域名（须已完成 ICP 备案）在主区域 ACM 中的证书 ARN
certificate_arn = "arn:aws-cn:acm:cn-north-1:123456789012:certificate/12345678-1234-1234-1234-123456789012"

# REPLACE 须替换: Certificate of the domain in ACM of the standby region 备区域 ACM 中该域名证书的 ARN
standby_certificate_arn = "arn:aws-cn:acm:cn-northwest-1:123456789012:certificate/23456789-2345-2345-2345-234567890123"

# REPLACE 须替换: Hardened image of the servers in the primary region 主区域的服务器加固镜像
image_id = "ami-0123456789abcdef0"

# REPLACE 须替换: Encrypted copy of the image in the standby region 备区域中该镜像的加密副本
standby_image_id = "ami-0fedcba9876543210"

# REPLACE 须替换: Networks from which people work in the account: office, VPN 允许人员访问账号的网段：办公网、VPN
admin_networks = ["203.0.113.0/24"]

# REPLACE 须替换: Mail addresses that are told of alarms 接收告警的邮箱
alarm_addresses = ["security@example.com"]

# Domains that the servers may call through the firewall 服务器可经防火墙访问的域名
outbound_domains = [".amazonaws.com.cn"]
