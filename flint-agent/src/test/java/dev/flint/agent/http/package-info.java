@NullMarked
package dev.flint.agent.http;

import org.jspecify.annotations.NullMarked;
