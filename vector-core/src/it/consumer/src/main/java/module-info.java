// SPDX-License-Identifier: Apache-2.0
/** Requires the library and nothing else. */
module org.example.consumer {
    requires org.untorn.vector;
}
