# Beginning of every name. 所有资源名的前缀
name = "starter"

# mlps-l2, mlps-l3; also in compliant-infra.toml. 须与 compliant-infra.toml 一致
baseline = "mlps-l3"

region = "ap-shanghai"

zones = ["ap-shanghai-4", "ap-shanghai-5"]

standby_region = "ap-beijing"

standby_zones = ["ap-beijing-5", "ap-beijing-6"]

tags = {
  system = "starter"
}

# REPLACE 须替换: UIN of the root account that owns everything 资源所属主账号的 UIN
account_uin = "100000000001"

# REPLACE 须替换: APPID of the account, the suffix of bucket names 账号的 APPID，存储桶名称的后缀
app_id = "1250000000"

# REPLACE 须替换: UINs of the CAM users who administer the account 管理账号的 CAM 子用户的 UIN
administrator_uins = ["100000000002"]

# REPLACE 须替换: CAM users who run servers and data stores 系统管理员：运维服务器与数据库的 CAM 子用户名
system_administrators = ["zhang-wei"]

# REPLACE 须替换: CAM users who look after policies and firewalls 安全管理员：管理策略与防火墙的 CAM 子用户名
security_administrators = ["li-na"]

# REPLACE 须替换: CAM users who read the records 审计管理员：查看审计记录的 CAM 子用户名
auditors = ["wang-fang"]

# REPLACE 须替换: Networks from which administrators sign in: public ones of office and VPN, private ones on the link to the bastion host 管理员登录所用的网段：办公网与 VPN 的公网出口，以及经专线访问堡垒机的内网网段
admin_networks = ["203.0.113.0/24", "192.168.10.0/24"]

# REPLACE 须替换: UID of the user who is told about alarms 接收告警的用户 UID
alarm_user_id = 1000001

# REPLACE 须替换: Domain name of the website, with an ICP filing 已完成 ICP 备案的网站域名
domain = "www.example.cn"

# REPLACE 须替换: Id of the domain's server certificate in SSL Certificate Service 该域名在 SSL 证书服务中的证书 ID
certificate_id = "cert0001"

# REPLACE 须替换: Id of the hardened image of the servers 应用服务器加固镜像的 ID
image_id = "img-00000000"

# REPLACE 须替换: Id of the key pair with which the bastion host signs in to servers 堡垒机登录服务器所用密钥对的 ID
key_pair_id = "skey-00000000"
