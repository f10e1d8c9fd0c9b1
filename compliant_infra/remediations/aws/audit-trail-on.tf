resource "aws_cloudtrail" "this" {
  enable_logging                = true
  is_multi_region_trail         = true
  include_global_service_events = true
  event_selector {
    read_write_type           = "All"
    include_management_events = true
  }
}
