// The one translation unit that holds the compiled parts of Beast.
#include <boost/beast/src.hpp>
