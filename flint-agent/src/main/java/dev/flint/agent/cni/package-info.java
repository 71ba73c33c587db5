/**
 * Networks of CNI (containernetworking/cni, SPEC.md) for containers. Loaded only where one is asked
 * for.
 */
@NullMarked
package dev.flint.agent.cni;

import org.jspecify.annotations.NullMarked;
