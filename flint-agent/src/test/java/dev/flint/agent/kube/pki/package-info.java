@NullMarked
package dev.flint.agent.kube.pki;

import org.jspecify.annotations.NullMarked;
