"""Where data stores stand: the types that make up the data tier, and the attributes that name their subnets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from compliant_infra.kernel.logic import Context
from compliant_infra.kernel.model import OneOf, Resource, Unknown
from compliant_infra.kernel.subnets import Place, places, within

#: On AWS the subnets of a database stand in a subnet group, which exists for data stores only.
STORES: Final[Mapping[str, str]] = {
    **dict.fromkeys(
        (
            "alicloud_adb_cluster",
            "alicloud_adb_db_cluster",
            "alicloud_adb_db_cluster_lake_version",
            "alicloud_cassandra_cluster",
            "alicloud_click_house_db_cluster",
            "alicloud_click_house_enterprise_db_cluster",
            "alicloud_db_instance",
            "alicloud_db_readonly_instance",
            "alicloud_drds_instance",
            "alicloud_drds_polardbx_instance",
            "alicloud_elasticsearch_instance",
            "alicloud_gpdb_elastic_instance",
            "alicloud_gpdb_instance",
            "alicloud_graph_database_db_instance",
            "alicloud_hbase_instance",
            "alicloud_kvstore_instance",
            "alicloud_lindorm_instance",
            "alicloud_lindorm_instance_v2",
            "alicloud_mongodb_instance",
            "alicloud_mongodb_serverless_instance",
            "alicloud_mongodb_sharding_instance",
            "alicloud_polardb_cluster",
            "alicloud_rds_clone_db_instance",
            "alicloud_rds_ddr_instance",
            "alicloud_rds_upgrade_db_instance",
            "alicloud_redis_tair_instance",
            "alicloud_selectdb_db_instance",
            "alicloud_tsdb_instance",
        ),
        "vswitch_id",
    ),
    **dict.fromkeys(
        (
            "aws_dax_subnet_group",
            "aws_db_subnet_group",
            "aws_docdb_subnet_group",
            "aws_docdbelastic_cluster",
            "aws_elasticache_serverless_cache",
            "aws_elasticache_subnet_group",
            "aws_memorydb_subnet_group",
            "aws_neptune_subnet_group",
            "aws_redshift_subnet_group",
            "aws_redshiftserverless_workgroup",
        ),
        "subnet_ids",
    ),
    "aws_elasticsearch_domain": "vpc_options.subnet_ids",
    "aws_opensearch_domain": "vpc_options.subnet_ids",
    **dict.fromkeys(
        (
            "tencentcloud_clickhouse_instance",
            "tencentcloud_cynosdb_cluster",
            "tencentcloud_cynosdb_cluster_v2",
            "tencentcloud_dcdb_db_instance",
            "tencentcloud_dcdb_hourdb_instance",
            "tencentcloud_elasticsearch_instance",
            "tencentcloud_mariadb_hour_db_instance",
            "tencentcloud_mariadb_instance",
            "tencentcloud_mongodb_instance",
            "tencentcloud_mongodb_sharding_instance",
            "tencentcloud_mysql_dr_instance",
            "tencentcloud_mysql_instance",
            "tencentcloud_mysql_readonly_instance",
            "tencentcloud_postgresql_instance",
            "tencentcloud_postgresql_readonly_instance",
            "tencentcloud_redis_instance",
            "tencentcloud_sqlserver_basic_instance",
            "tencentcloud_sqlserver_instance",
            "tencentcloud_tcaplus_cluster",
        ),
        "subnet_id",
    ),
}


#: Stores over several zones, whose subnets stand in blocks of their own beside the attribute of ``STORES``.
BY_ZONE: Final[Mapping[str, str]] = {"tencentcloud_elasticsearch_instance": "multi_zone_infos.subnet_id"}

#: Written, or left to the provider, in place of a subnet where the blocks of the zones name them.
_NONE: Final = "-"


def subnets_of(resource: Resource) -> tuple[str, Any]:
    """(path, value) of the attribute of a data store that names its subnets; the value is None where it is not set."""
    path = STORES[resource.type]
    value = resource.attributes.get(path.partition(".")[0])
    zones, _, inner = BY_ZONE.get(resource.type, "").partition(".")
    if inner and resource.attributes.get(zones) is not None:
        found = within(resource.attributes[zones], inner)
        named = value is not None and not (isinstance(value, str) and value == _NONE)
        return zones, [value, found] if named else found
    block, _, name = path.partition(".")
    if not name:
        return path, None if inner and isinstance(value, str) and value == _NONE else value
    found = within(value, name)
    known = isinstance(value, (list, tuple)) and len(value) == 1 and isinstance(value[0], Mapping)
    return (f"{block}.0.{name}" if known else block), found


class DataSubnets:
    """The data stores of a root by the subnets that they stand in."""

    def __init__(self, context: Context) -> None:
        self.by_key: dict[str, list[tuple[Resource, Unknown | OneOf | None]]] = {}
        self.anywhere: dict[str, tuple[Resource, Unknown | OneOf]] = {}  # by cloud
        for kind in STORES:
            for store in context.resources(kind):
                for place in places(subnets_of(store)[1], context):
                    if place.doubt is not None and place.anywhere:
                        self.anywhere.setdefault(kind.split("_", 1)[0], (store, place.doubt))
                    else:
                        self.by_key.setdefault(place.key, []).append((store, place.doubt))

    def of(self, place: Place) -> tuple[Resource, Unknown | OneOf | None] | None:
        """A data store in a subnet, with the unknown by which it may not be there; None where there is none."""
        found = self.by_key.get(place.key, ())
        sure = next((item for item in found if item[1] is None and item[0].existence is None), None)
        if sure is not None:
            return sure
        for store, doubt in found:
            return store, doubt if doubt is not None else store.existence
        return self.anywhere.get(place.subnet.type.split("_", 1)[0]) if place.subnet is not None else None


def data_subnets(context: Context) -> DataSubnets:
    """The data stores of the root of this context by subnet, gathered once."""
    found: DataSubnets | None = context.memo.get(DataSubnets)
    if found is None:
        found = context.memo[DataSubnets] = DataSubnets(context)
    return found
