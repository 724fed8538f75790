package io.trunkline.proxy.http;

import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/// One address of the HTTP port and what is found there.
///
/// @param path exactly what is asked for, without parameters
/// @param parameters the names that may be given, for any other is a mistake of who asks
/// @param content from the parameters given; may block
public record Page(
    String path, Set<String> parameters, Function<Map<String, String>, Reply> content) {}
