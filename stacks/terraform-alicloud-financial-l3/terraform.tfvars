# Beginning of every name. 所有资源名的前缀
name = "starter"

# financial-l2, financial-l3; also in compliant-infra.toml. 须与 compliant-infra.toml 一致
baseline = "financial-l3"

region = "cn-shanghai-finance-1"

zones = ["cn-shanghai-finance-1f", "cn-shanghai-finance-1g"]

standby_region = "cn-shenzhen-finance-1"

standby_zones = ["cn-shenzhen-finance-1d", "cn-shenzhen-finance-1e"]

tags = {
  system = "starter"
}

# REPLACE 须替换: Id of the account that everything is made in 全部资源所在的账号 ID
account_id = "1234567890123456"

# Who answers for the system: the tag owner 系统责任人：标签 owner
owner = "platform-team"

# Class of the data: the tag data-class (core, important, sensitive-pi, pi, processing-record, general) 数据类别：标签 data-class（core、important、sensitive-pi、pi、processing-record、general）
data_class = "important"

# REPLACE 须替换: Domain of the system, with an ICP filing 系统域名，已完成 ICP 备案
domain = "payments.example.com"

# REPLACE 须替换: TLS certificate of the domain in the certificate service 域名的 TLS 证书（数字证书管理服务）
certificate_id = "12345678-cn-hangzhou"

# REPLACE 须替换: TLS certificate of the domain for the standby region; the same one, or another 备用地域所用的域名 TLS 证书，可与主地域相同
standby_certificate_id = "12345678-cn-hangzhou"

# REPLACE 须替换: KMS instance in the region, ordered and enabled in the console, of the hardware edition with SM algorithms 主地域的 KMS 实例，在控制台购买并启用（支持国密算法的硬件密钥管理版）
kms_instance_id = "kst-hzz62f1cb66fa42qo9m3x"

# REPLACE 须替换: KMS instance of the same edition in the standby region 备用地域同版本的 KMS 实例
standby_kms_instance_id = "kst-bjj62f1cb66fa42qo9m3x"

# REPLACE 须替换: Hardened image of the servers in the region; it serves HTTPS on port 8443 主地域中经加固的服务器镜像，以 HTTPS 监听 8443 端口
image_id = "m-bp10000000000000000a"

# REPLACE 须替换: Networks from which people sign in to the console: office, VPN 允许登录控制台的网段：办公网、VPN
login_networks = ["203.0.113.0/24"]

# REPLACE 须替换: Who is told of alarms; the address confirms itself by a link 告警接收邮箱，需点击邮件链接确认
alarm_mail = "security@example.com"

# REPLACE 须替换: WAF 3.0 instance of the account (one for the whole mainland) in front of the entries, where SM2 certificates end TLS 账号的 WAF 3.0 实例（中国内地仅一个），位于入口之前并终止国密 TLS
waf_instance_id = "waf_v3prepaid_public_cn-zz00000001"

# REPLACE 须替换: SM2 certificate pair of the domain in the certificate service 域名的国密 SM2 双证书（数字证书管理服务）
sm2_certificate_id = "12345679-cn-hangzhou"

# REPLACE 须替换: Image of a honeypot, from the list of Security Center 蜜罐镜像 ID，见云安全中心的蜜罐镜像列表
decoy_image_id = "sha256:0123456789abcdef"

# REPLACE 须替换: Name of that image 该蜜罐镜像的名称
decoy_image_name = "ruoyi"
