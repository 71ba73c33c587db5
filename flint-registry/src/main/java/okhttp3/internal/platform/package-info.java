/** What stands in for parts of OkHttp that take too long to start. */
@NullMarked
package okhttp3.internal.platform;

import org.jspecify.annotations.NullMarked;
