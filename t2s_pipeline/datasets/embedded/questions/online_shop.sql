-- How many customers does the shop have?
-- Count the customers.
SELECT count(*) FROM customer

-- Show the names of all products.
-- List every product name.
SELECT name FROM product

-- Which customers live in France? List their names.
-- What are the names of the customers from France?
SELECT name FROM customer WHERE country = 'France'

-- What is the average price of the products?
SELECT avg(price) FROM product

-- How much does the most expensive product cost?
-- What is the highest product price?
SELECT max(price) FROM product

-- What is the email of Marie Dubois?
-- Give me the email address of the customer Marie Dubois.
SELECT email FROM customer WHERE name = 'Marie Dubois'

-- How many reviews gave 5 stars?
-- Count the reviews with 5 stars.
SELECT count(*) FROM review WHERE stars = 5

-- List product names from the cheapest to the most expensive.
SELECT name FROM product ORDER BY price

-- What are the different countries our customers live in?
SELECT DISTINCT country FROM customer

-- Show the name and price of every product.
-- List the products with their prices.
SELECT name, price FROM product

-- Give the name and stock of products with fewer than 20 pieces in stock.
-- Which products have a stock below 20? Show name and stock.
SELECT name, stock FROM product WHERE stock < 20

-- How many customers are there in each country?
-- Show the number of customers per country.
SELECT country, count(*) FROM customer GROUP BY country

-- Which product has the largest stock?
-- What is the name of the product with the most pieces in stock?
SELECT name FROM product ORDER BY stock DESC LIMIT 1

-- Show the names and prices of the five cheapest products.
-- What are the 5 cheapest products? Give name and price.
SELECT name, price FROM product ORDER BY price LIMIT 5

-- List each product with the name of its category.
-- What is the category name of each product? Show product and category names.
SELECT T1.name, T2.name FROM product AS T1 JOIN category AS T2 ON T1.category_id = T2.category_id

-- Which products are in the Kitchen category?
-- Show the names of the products of the category Kitchen.
SELECT T1.name FROM product AS T1 JOIN category AS T2 ON T1.category_id = T2.category_id WHERE T2.name = 'Kitchen'

-- Which products does the supplier Alpine Sport deliver? Show names and prices.
-- Show name and price of the products supplied by Alpine Sport.
SELECT T1.name, T1.price FROM product AS T1 JOIN supplier AS T2 ON T1.supplier_id = T2.supplier_id WHERE T2.name = 'Alpine Sport'

-- What is the number of orders for each status?
-- How many orders have each status?
SELECT status, count(*) FROM orders GROUP BY status

-- Which products cost between 50 and 100? Give name and price.
-- Find the name and the price of products priced from 50 to 100.
SELECT name, price FROM product WHERE price BETWEEN 50 AND 100

-- Which customers from Germany joined before 2019-01-01? Use the since date.
-- Show the names of customers in Germany whose since date is before 2019-01-01.
SELECT name FROM customer WHERE country = 'Germany' AND since_date < '2019-01-01'

-- Which customers have an email that ends with mailbox.de? Show name and email.
SELECT name, email FROM customer WHERE email LIKE '%mailbox.de'

-- What is the average price in each category? Show the category name.
-- For every category name, show the average product price.
SELECT T1.name, avg(T2.price) FROM category AS T1 JOIN product AS T2 ON T1.category_id = T2.category_id GROUP BY T1.category_id

-- Which cities have more than one customer?
-- Find the cities where two or more customers live.
SELECT city FROM customer GROUP BY city HAVING count(*) > 1

-- How many different customers placed an order?
SELECT count(DISTINCT customer_id) FROM orders

-- Which customers have never ordered anything? Show the names.
-- Find the names of customers without orders.
SELECT name FROM customer WHERE customer_id NOT IN (SELECT customer_id FROM orders)

-- Which products were never ordered?
-- List the names of products that are in no order.
SELECT name FROM product WHERE product_id NOT IN (SELECT product_id FROM order_item)

-- Which categories have no product at all? Give the category names.
SELECT name FROM category WHERE category_id NOT IN (SELECT category_id FROM product)

-- Which products cost more than the average product?
SELECT name FROM product WHERE price > (SELECT avg(price) FROM product)

-- In which countries are there both customers and suppliers?
SELECT country FROM customer INTERSECT SELECT country FROM supplier

-- Show all countries that have a customer or a supplier.
-- List the countries of the customers and of the suppliers together.
SELECT country FROM customer UNION SELECT country FROM supplier

-- Which customer placed the most orders? Show the name.
-- What is the name of the customer with the highest number of orders?
SELECT T1.name FROM customer AS T1 JOIN orders AS T2 ON T1.customer_id = T2.customer_id GROUP BY T1.customer_id ORDER BY count(*) DESC LIMIT 1

-- Which products did Laura Becker order? Show each product name once.
-- Give the distinct names of products ordered by Laura Becker.
SELECT DISTINCT T1.name FROM product AS T1 JOIN order_item AS T2 ON T1.product_id = T2.product_id JOIN orders AS T3 ON T2.order_id = T3.order_id JOIN customer AS T4 ON T3.customer_id = T4.customer_id WHERE T4.name = 'Laura Becker'

-- Which product was sold the most, counting quantity? Show its name and the total quantity.
-- Give the name and the total quantity of the best selling product.
SELECT T1.name, sum(T2.quantity) FROM product AS T1 JOIN order_item AS T2 ON T1.product_id = T2.product_id GROUP BY T1.product_id ORDER BY sum(T2.quantity) DESC LIMIT 1

-- Which suppliers deliver both a product under 30 and a product over 100? Show the supplier names.
-- Find the names of suppliers that have a product with a price below 30 and another with a price above 100.
SELECT T1.name FROM supplier AS T1 JOIN product AS T2 ON T1.supplier_id = T2.supplier_id WHERE T2.price < 30 INTERSECT SELECT T1.name FROM supplier AS T1 JOIN product AS T2 ON T1.supplier_id = T2.supplier_id WHERE T2.price > 100

-- Which products have an average of at least 4 stars? Show the product name and the average.
SELECT T1.name, avg(T2.stars) FROM product AS T1 JOIN review AS T2 ON T1.product_id = T2.product_id GROUP BY T1.product_id HAVING avg(T2.stars) >= 4

-- Which customers ordered something but wrote no review? Show their names.
-- Find the names of customers who have an order but no review.
SELECT T1.name FROM customer AS T1 JOIN orders AS T2 ON T1.customer_id = T2.customer_id EXCEPT SELECT T1.name FROM customer AS T1 JOIN review AS T2 ON T1.customer_id = T2.customer_id

-- What are the name and price of products in the Electronics category that cost more than the Headphones?
-- Show name and price of all products from the category Electronics with a price above that of the product Headphones.
SELECT T1.name, T1.price FROM product AS T1 JOIN category AS T2 ON T1.category_id = T2.category_id WHERE T2.name = 'Electronics' AND T1.price > (SELECT price FROM product WHERE name = 'Headphones')

-- List the name and price of the products with a stock over 50, from cheap to expensive.
-- Show names and prices of products with more than 50 in stock, sorted by price.
SELECT name, price FROM product WHERE stock > 50 ORDER BY price

-- How many products does the category Sports have?
-- Count the products in the Sports category.
SELECT count(*) FROM product AS T1 JOIN category AS T2 ON T1.category_id = T2.category_id WHERE T2.name = 'Sports'

-- What is the average number of stars for each product id?
-- For every product id, show the mean stars of its reviews.
SELECT product_id, avg(stars) FROM review GROUP BY product_id

-- How many orders did each customer place? Show customer names and counts.
-- Show the name of each customer with the number of his or her orders.
SELECT T1.name, count(*) FROM customer AS T1 JOIN orders AS T2 ON T1.customer_id = T2.customer_id GROUP BY T1.customer_id

-- Which customers have an order with the status cancelled or the status open? Show name, order date and status.
SELECT T1.name, T2.order_date, T2.status FROM customer AS T1 JOIN orders AS T2 ON T1.customer_id = T2.customer_id WHERE T2.status = 'cancelled' OR T2.status = 'open'

-- Which supplier has the largest total stock of products under 100? Show the supplier name and country.
-- Counting only products with a price below 100, which supplier has the most stock? Give name and country.
SELECT T1.name, T1.country FROM supplier AS T1 JOIN product AS T2 ON T1.supplier_id = T2.supplier_id WHERE T2.price < 100 GROUP BY T1.supplier_id ORDER BY sum(T2.stock) DESC LIMIT 1
