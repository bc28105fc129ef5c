/* URLs of endpoints and of container agents: AWS_CONTAINER_CREDENTIALS_RELATIVE_URI on the first
 * line, AWS_CONTAINER_CREDENTIALS_FULL_URI (or any URL) behind it. */
#include "config.h"

#include "fuzz.h"

#include "aws/identity/provider.h"
#include "base/text.h"

#include <stdlib.h>

static void must_be_whole(const struct http_url *u) {
	fuzz_must(u->host_header && *u->host_header && u->path && u->path[0] == '/',
		"a URL has a host and a path");
	for (const char *c = u->host_header; *c; c++)
		fuzz_must((unsigned char)*c > 0x20U && *c != 0x7F && *c != '/' && *c != '@' &&
				*c == text_lower(*c),
			"a host can stand in a header");
	fuzz_must(!strpbrk(u->path, " \t\r\n?#"), "a path is one");
}

/* What was taken apart and put together again gives the same parts. */
static void endpoint(const char *url) {
	struct http_url first;
	struct http_url second;
	struct err e = {.code = ERR_NONE};
	if (http_url_split(url, &first, &e)) {
		fuzz_must_explain(&e);
		http_url_free(&first);
		return;
	}
	must_be_whole(&first);
	struct buf again = fuzz_buf();
	buf_addf(&again, "http%s://%s%s", first.is_https ? "s" : "", first.host_header, first.path);
	fuzz_must(http_url_split(buf_str(&again), &second, &e) == 0, "a URL's parts are a URL");
	fuzz_must(first.is_https == second.is_https && strcmp(first.path, second.path) == 0,
		"with the same scheme and path");
	/* libcurl completes an address such as 10.1 before it decodes "10%2e1". */
	fuzz_must(strcmp(first.host_header, second.host_header) == 0 || strchr(url, '%'),
		"and the same host");
	buf_free(&again);
	http_url_free(&first);
	http_url_free(&second);
}

/* Whether the host at s is one that may be asked without TLS, by the letters of it alone. */
static bool is_local(const char *s) {
	static const char *const hosts[] = {"localhost", "169.254.170.2", "169.254.170.23",
		"[fd00:ec2::23]", "[::1]"};
	size_t n = *s == '[' ? strcspn(s, "]") + 1 : strcspn(s, ":/?");
	for (size_t i = 0; i < sizeof hosts / sizeof hosts[0]; i++)
		if (n == strlen(hosts[i]) && text_equal_nocase(s, hosts[i], n))
			return true;
	return strncmp(s, "127.", 4) == 0 && strspn(s, "0123456789.") == n;
}

static void container(const char *relative, const char *full) {
	struct buf url;
	struct http_url origin;
	struct err e = {.code = ERR_NONE};
	buf_init(&url, 4096);
	if (provider_container_url(relative, full, &url, &origin, &e)) {
		fuzz_must(e.code == ERR_CREDENTIALS || e.code == ERR_LIMIT, "a reason of its kind");
		fuzz_must_explain(&e);
	} else {
		const char *host = strstr(buf_str(&url), "://") + 3;
		must_be_whole(&origin);
		fuzz_must(origin.is_https || is_local(host),
			"keys are asked for without TLS here only");
		fuzz_must(!*relative || text_starts_with(buf_str(&url), "http://169.254.170.2/"),
			"a relative URI is the agent's");
		fuzz_must(!strpbrk(buf_str(&url), " \t\r\n#"), "a URL is one word");
	}
	http_url_free(&origin);
	buf_wipe(&url);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	struct fuzz_input in = {.at = (const char *)data, .left = size};
	char *relative = fuzz_field(&in, '\n');
	char *full = fuzz_rest(&in);
	endpoint(full);
	container("", full);
	container(relative, full);
	free(relative);
	free(full);
	return 0;
}
