//! Names that are not nginx's own but belong to a module or fork people run: known, and nothing more is claimed.

/// Whether `name` is a directive of a well-known third-party module, of the commercial nginx or of a fork
/// (Angie, Tengine), usable where nginx's own directives are.
///
/// A few names are also nginx's own in newer versions: a fork had them first (`sticky`), or distributions took
/// them into older versions with a security fix (`max_headers`, `max_errors` in Debian). Names that only
/// exist inside a foreign block (`ssl_verify` of `acme_issuer`) are not here: at any other place they are
/// mistakes.
pub fn is_known_elsewhere(name: &str) -> bool {
    LUA_SUFFIXES.iter().any(|suffix| name.ends_with(suffix))
        || FAMILIES.iter().any(|family| name.starts_with(family))
        || NAMES.binary_search(&name).is_ok()
}

/// What directives that take Lua code or a Lua file end with.
const LUA_SUFFIXES: &[&str] = &["_by_lua", "_by_lua_block", "_by_lua_file", "_by_lua_no_postpone"];

/// What all directives of one module begin with.
#[rustfmt::skip]
const FAMILIES: &[&str] = &[
    "app_protect", "auth_digest", "auth_gss", "auth_jwt", "auth_ldap", "auth_pam", "brotli", "concat_",
    "datadog_", "doh_", "drizzle_", "dubbo_", "dyups_", "echo_", "fancyindex", "geoip2", "hls_", "iconv_",
    "ingress_gateway", "js_", "lua_", "memc_", "modsecurity", "more_", "naxsi_", "nchan_", "ndk_",
    "opentelemetry_", "opentracing", "otel_", "pagespeed", "passenger_", "postgres_", "proxy_connect_",
    "push_stream_", "rails_", "redis2_", "req_status", "session_sticky", "srcache_", "subs_filter",
    "sysguard", "testcookie", "tfs_", "trim_", "union_station_", "upload_", "vhost_traffic_status", "vod_",
    "vts_", "xquic_", "xss_", "xudp_", "zone_sync", "zstd",
];

/// The rest, one by one, in byte order.
#[rustfmt::skip]
const NAMES: &[&str] = &[
    "BasicRule", "CheckRule", "DeniedUrl", "LearningMode", "LibInjectionSql", "LibInjectionXss", "MainRule",
    "SecRulesDisabled", "SecRulesEnabled", "acme", "acme_cert", "acme_certificate", "acme_client",
    "acme_client_path", "acme_dns_port", "acme_dns_ttl", "acme_hook", "acme_http_port", "acme_issuer",
    "acme_max_response_size", "acme_shared_zone", "ajp_pass", "api", "api_config_files", "append_header",
    "append_header_separator", "array_join", "array_map", "array_map_op", "array_split", "auto_redirect",
    "backtrace_log", "backtrace_max_stack_size", "balancer_keepalive", "basic_rule",
    "cache_purge_background_queue", "cache_purge_batch_size", "cache_purge_legacy_status",
    "cache_purge_queue_size", "cache_purge_response_type", "cache_purge_throttle_ms",
    "cache_purge_vary_aware", "check", "check_fastcgi_param", "check_http_expect_alive", "check_http_send",
    "check_keepalive_requests", "check_rule", "check_shm_size", "check_status", "client",
    "client_body_buffers", "client_body_postpone_size", "concat", "connect_timeout", "consistent_hash",
    "dav_ext_lock", "dav_ext_lock_zone", "dav_ext_methods", "debug_conn", "debug_pool", "debug_timer",
    "delay_start", "denied_url", "docker_endpoint", "docker_max_object_size", "dynamic_resolve",
    "dynamic_upstream", "echo", "enable_ntls", "encrypted_session_expires", "encrypted_session_iv",
    "encrypted_session_key", "errmsg", "error_log_user_tag", "f4f", "f4f_buffer_size", "fair",
    "fastcgi_cache_purge", "fastcgi_connection_drop", "fastcgi_rcvbuf_size", "fastcgi_sndbuf_size",
    "fastcgi_upstream_tries", "footer", "footer_types", "geoip_region", "goto", "grpc_connection_drop",
    "grpc_enable_ntls", "grpc_ssl_enc_certificate", "grpc_ssl_enc_certificate_key", "grpc_ssl_key_log",
    "grpc_ssl_sign_certificate", "grpc_ssl_sign_certificate_key", "gzip_clear_etag", "health_check",
    "health_check_timeout", "hls", "http3_max_table_capacity", "http_auth_request",
    "image_filter_avif_quality", "image_filter_crop_offset", "image_filter_heic_quality",
    "ingress_failover_named_location", "internal_redirect", "iwrr", "keyval", "keyval_zone",
    "learning_mode", "least_time", "libinjection_sql", "libinjection_xss", "limit_req_whitelist",
    "main_rule", "master_env", "match", "max_commands", "max_errors", "max_headers", "max_retries",
    "maxminddb", "memcached_upstream_tries", "metric", "metric_complex_zone", "metric_zone", "mgmt",
    "mp4_limit_rate", "mp4_limit_rate_after", "mqtt", "mqtt_buffers", "mqtt_preread",
    "mqtt_rewrite_buffer_size", "mqtt_set_connect", "ntlm", "num_map", "oidc_provider", "pipe_set_size",
    "priority", "process", "processes", "prometheus", "prometheus_template", "proxy_cache_purge",
    "proxy_connect", "proxy_connection_drop", "proxy_enable_ntls", "proxy_http3_hq",
    "proxy_http3_max_concurrent_streams", "proxy_http3_max_table_capacity",
    "proxy_http3_stream_buffer_size", "proxy_protocol_tlv", "proxy_protocol_version",
    "proxy_quic_active_connection_id_limit", "proxy_quic_gso", "proxy_quic_host_key", "proxy_rcvbuf_size",
    "proxy_requests_dump", "proxy_session_drop", "proxy_sndbuf_size", "proxy_ssl_enc_certificate",
    "proxy_ssl_enc_certificate_key", "proxy_ssl_key_log", "proxy_ssl_keylog_file", "proxy_ssl_ntls",
    "proxy_ssl_sign_certificate", "proxy_ssl_sign_certificate_key", "proxy_upstream_tries",
    "push_min_message_buffer_length", "push_subscriber_concurrency", "queue", "rack_env", "rdp_preread",
    "rds_csv", "rds_json", "read_timeout", "report_uploads", "request_time_cache", "response_time_factor",
    "retry_cached_connection", "rr_discarded_range", "rtmp", "rtmp_auto_push", "rtmp_auto_push_reconnect",
    "rtmp_control", "rtmp_socket_dir", "rtmp_stat", "rtmp_stat_stylesheet", "rules_disabled",
    "rules_enabled", "scgi_cache_purge", "scgi_connection_drop", "scgi_upstream_tries", "server_admin",
    "server_info", "server_tag", "session_log", "session_log_format", "session_log_zone",
    "set_base32_alphabet", "set_base32_padding", "set_decode_base32", "set_decrypt_session",
    "set_encode_base32", "set_encrypt_session", "set_form_input", "set_form_input_multi",
    "set_formatted_gmt_time", "set_formatted_local_time", "set_from_accept_language", "set_hashed_upstream",
    "set_iconv", "set_local_today", "set_misc_base32_padding", "slab_stat", "slice_arg_begin",
    "slice_arg_end", "slice_footer", "slice_footer_last", "slice_header", "slice_header_first", "ssl_async",
    "ssl_ct", "ssl_ct_static_scts", "ssl_dyn_rec_enable", "ssl_dyn_rec_size_hi", "ssl_dyn_rec_size_lo",
    "ssl_dyn_rec_threshold", "ssl_dyn_rec_timeout", "ssl_enc_certificate", "ssl_enc_certificate_key",
    "ssl_encrypted_hello_key", "ssl_key_log", "ssl_keylog_file", "ssl_ntls", "ssl_sign_certificate",
    "ssl_sign_certificate_key", "ssl_sni_force", "ssl_verify_client_exception", "state", "status",
    "status_zone", "sticky", "sticky_cookie_insert", "sticky_secret", "sticky_strict", "strict_sni",
    "strict_sni_header", "subs_buffers", "subs_line_buffer_size", "tair_timeout", "time_format", "timefmt",
    "track_uploads", "trim", "upstream_change_no_server_status", "upstream_conf", "user_agent",
    "uwsgi_cache_purge", "uwsgi_connection_drop", "uwsgi_enable_ntls", "uwsgi_ssl_enc_certificate",
    "uwsgi_ssl_enc_certificate_key", "uwsgi_ssl_key_log", "uwsgi_ssl_sign_certificate",
    "uwsgi_ssl_sign_certificate_key", "uwsgi_upstream_tries", "vnswrr",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_in_order() {
        assert!(NAMES.is_sorted_by(|a, b| a < b));
    }

    #[test]
    fn modules_are_known_by_family_suffix_or_name() {
        for name in [
            "ssl_certificate_by_lua_block",
            "more_set_headers",
            "brotli_static",
            "js_import",
            "rtmp",
            "sticky",
        ] {
            assert!(is_known_elsewhere(name), "{name}");
        }
        for name in ["ssl_verify", "ssl_protocol", "server", "by_lua"] {
            assert!(!is_known_elsewhere(name), "{name}");
        }
    }
}
