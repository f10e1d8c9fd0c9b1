# 80 端口的代理只重定向到 HTTPS;业务由 HTTPS 代理提供。
resource "google_compute_target_http_proxy" "this" {
  url_map = google_compute_url_map.redirect.id
}

resource "google_compute_url_map" "redirect" {
  name = "redirect-to-https"

  default_url_redirect {
    https_redirect = true
    strip_query    = false
  }
}

resource "google_compute_region_target_http_proxy" "this" {
  url_map = google_compute_region_url_map.redirect.id
}

resource "google_compute_region_url_map" "redirect" {
  name = "redirect-to-https"

  default_url_redirect {
    https_redirect = true
    strip_query    = false
  }
}
