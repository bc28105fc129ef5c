/* Preloaded: tells the plugin that libcurl was built with the bundle $TRUST_FILE and the directory
 * $TRUST_FOLDER ("" or unset: with none), so that a test can have a trust store of its own.
 * $TRUST_STARTS names a file that gets a byte for each transfer that is started. */
#define _GNU_SOURCE 1
#include <curl/curl.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

static char *named(const char *variable) {
	char *value = getenv(variable);
	return value != NULL && *value != '\0' ? value : NULL;
}

curl_version_info_data *curl_version_info(CURLversion age) {
	static curl_version_info_data changed;
	curl_version_info_data *(*real)(CURLversion);
	*(void **)&real = dlsym(RTLD_NEXT, "curl_version_info");
	changed = *real(age);
	changed.cainfo = named("TRUST_FILE");
	changed.capath = named("TRUST_FOLDER");
	return &changed;
}

CURLMcode curl_multi_add_handle(CURLM *multi, CURL *easy) {
	CURLMcode (*real)(CURLM *, CURL *);
	const char *path = named("TRUST_STARTS");
	int file = path != NULL ? open(path, O_WRONLY | O_APPEND | O_CLOEXEC) : -1;
	if (file >= 0) {
		(void)!write(file, "+", 1);
		(void)close(file);
	}
	*(void **)&real = dlsym(RTLD_NEXT, "curl_multi_add_handle");
	return real(multi, easy);
}
