# Beginning of every name. 所有资源名的前缀
name = "starter"

# mlps-l2, financial-l2; also in compliant-infra.toml. 须与 compliant-infra.toml 一致
baseline = "mlps-l2"

region = "cn-hangzhou"

zones = ["cn-hangzhou-h", "cn-hangzhou-j"]

standby_region = "cn-shanghai"

standby_zones = ["cn-shanghai-e", "cn-shanghai-f"]

tags = {
  system = "starter"
}

# REPLACE 须替换: Id of the account that everything is made in 全部资源所在的账号 ID
account_id = "1234567890123456"

# Who answers for the system: the tag owner 系统责任人：标签 owner
owner = "platform-team"

# Class of the data: the tag data-class (core, important, sensitive-pi, pi, processing-record, general) 数据类别：标签 data-class（core、important、sensitive-pi、pi、processing-record、general）
data_class = "general"

# REPLACE 须替换: Domain of the system, with an ICP filing 系统域名，已完成 ICP 备案
domain = "www.example.com"

# REPLACE 须替换: TLS certificate of the domain in the certificate service 域名的 TLS 证书（数字证书管理服务）
certificate_id = "12345678-cn-hangzhou"

# REPLACE 须替换: Hardened image of the servers in the region; it serves HTTPS on port 8443 主地域中经加固的服务器镜像，以 HTTPS 监听 8443 端口
image_id = "m-bp10000000000000000a"

# REPLACE 须替换: Networks from which people sign in to the console: office, VPN 允许登录控制台的网段：办公网、VPN
login_networks = ["203.0.113.0/24"]

# REPLACE 须替换: Who is told of alarms; the address confirms itself by a link 告警接收邮箱，需点击邮件链接确认
alarm_mail = "security@example.com"
