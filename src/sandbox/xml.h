#ifndef NUMDESK_SANDBOX_XML_H
#define NUMDESK_SANDBOX_XML_H
struct answer;

/* The 2010 API answers XML unless the path ends in .json: turn the JSON body into such a document. */
void xml_from_json(struct answer *a);

#endif
