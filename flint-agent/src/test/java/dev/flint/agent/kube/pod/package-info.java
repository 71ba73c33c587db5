@NullMarked
package dev.flint.agent.kube.pod;

import org.jspecify.annotations.NullMarked;
