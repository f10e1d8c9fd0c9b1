# Everything that follows from the level, in this one place. GB/T 22239-2019, and JR/T 0071.2-2020 for financial systems.
locals {
  number    = tonumber(trimprefix(split("-", var.baseline)[1], "l"))
  financial = startswith(var.baseline, "financial-")
}
