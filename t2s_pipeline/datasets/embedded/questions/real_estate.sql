-- How many properties are on the market?
-- Count the properties.
SELECT count(*) FROM properties

-- What are the names of the agencies?
SELECT name FROM agencies

-- Which neighborhoods are in Toledo?
-- Give the names of all neighborhoods in the city Toledo.
SELECT name FROM neighborhoods WHERE city = 'Toledo'

-- What is the highest asking price?
-- How much is asked for the most expensive property?
SELECT max(asking_price) FROM properties

-- What types of property are there?
-- Show all distinct property types.
SELECT DISTINCT type FROM properties

-- How many of the properties are of the type condo?
-- Find the number of condo properties.
SELECT count(*) FROM properties WHERE type = 'condo'

-- What is the average commission of the agents?
SELECT avg(commission) FROM agents

-- Which streets have properties built after 2000? Show the street.
-- List the street of every property built later than 2000.
SELECT street FROM properties WHERE built_year > 2000

-- What is the total price of all sales?
-- Add up the prices of the sales.
SELECT sum(price) FROM sales

-- What are the last names of owners living in Columbus?
SELECT last_name FROM owners WHERE city = 'Columbus'

-- What is the asking price of 14 Alder Street?
-- How much do they ask for the property at 14 Alder Street?
SELECT asking_price FROM properties WHERE street = '14 Alder Street'

-- List the neighborhoods by crime rate, safest first. Names only.
-- Show the names of neighborhoods in order of increasing crime rate.
SELECT name FROM neighborhoods ORDER BY crime_rate

-- How many different visitors have come to viewings?
-- Count the distinct visitors at viewings.
SELECT count(DISTINCT visitor) FROM viewings

-- Which agencies were founded before 1990?
SELECT name FROM agencies WHERE founded_year < 1990

-- How many viewings got a rating of at least 8?
-- Count viewings with a rating of 8 or more.
SELECT count(*) FROM viewings WHERE rating >= 8

-- Show the first name, last name and commission of each agent.
-- What are the first names, last names and commissions of the agents?
SELECT first_name, last_name, commission FROM agents

-- For every house, show the street, the bedrooms and the asking price (type house).
-- What are the street, number of bedrooms and asking price of properties of the type house?
SELECT street, bedrooms, asking_price FROM properties WHERE type = 'house'

-- What are the smallest and largest areas of a property?
-- Show the minimum and the maximum area.
SELECT min(area), max(area) FROM properties

-- Which property is the biggest? Show its street.
-- At which street is the property with the largest area?
SELECT street FROM properties ORDER BY area DESC LIMIT 1

-- Which neighborhood has the highest median income? Show its name and city.
-- Show name and city of the neighborhood with the largest median income.
SELECT name, city FROM neighborhoods ORDER BY median_income DESC LIMIT 1

-- Show the dates and prices of the five most recent sales.
-- What are the date and price of the last 5 sales, newest first?
SELECT sale_date, price FROM sales ORDER BY sale_date DESC LIMIT 5

-- How many properties of each type are there?
-- For every property type, count the properties.
SELECT type, count(*) FROM properties GROUP BY type

-- What is the average asking price by number of bedrooms?
-- Show the mean asking price for each number of bedrooms.
SELECT bedrooms, avg(asking_price) FROM properties GROUP BY bedrooms

-- How many neighborhoods are in each city, and what is their highest crime rate?
-- For each city, show the number of neighborhoods and the maximum crime rate.
SELECT city, count(*), max(crime_rate) FROM neighborhoods GROUP BY city

-- How many viewings did each visitor attend?
-- Show each visitor with the number of viewings.
SELECT visitor, count(*) FROM viewings GROUP BY visitor

-- How many owners live in each city?
SELECT city, count(*) FROM owners GROUP BY city

-- Which cities have more than 2 owners?
-- Find the cities where over 2 owners live.
SELECT city FROM owners GROUP BY city HAVING count(*) > 2

-- Which visitors gave an average rating above 6?
-- Find the visitors whose mean rating is higher than 6.
SELECT visitor FROM viewings GROUP BY visitor HAVING avg(rating) > 6

-- Which agents work for Keystone Realty? Show first and last names.
-- List first name and last name of the agents of Keystone Realty.
SELECT T1.first_name, T1.last_name FROM agents AS T1 JOIN agencies AS T2 ON T1.agency_id = T2.agency_id WHERE T2.name = 'Keystone Realty'

-- Show the street of each property together with the name of its neighborhood.
-- List all streets of properties with their neighborhood names.
SELECT T1.street, T2.name FROM properties AS T1 JOIN neighborhoods AS T2 ON T1.neighborhood_id = T2.neighborhood_id

-- Which properties are in Riverbend? Give the street.
SELECT T1.street FROM properties AS T1 JOIN neighborhoods AS T2 ON T1.neighborhood_id = T2.neighborhood_id WHERE T2.name = 'Riverbend'

-- How many properties are for sale in the city Toledo?
-- Count the properties in neighborhoods of Toledo.
SELECT count(*) FROM properties AS T1 JOIN neighborhoods AS T2 ON T1.neighborhood_id = T2.neighborhood_id WHERE T2.city = 'Toledo'

-- Who viewed the property at 52 Elm Court, and how did they rate it?
-- Show visitor and rating of each viewing of 52 Elm Court.
SELECT T1.visitor, T1.rating FROM viewings AS T1 JOIN properties AS T2 ON T1.property_id = T2.property_id WHERE T2.street = '52 Elm Court'

-- What is the average area of the properties in Dayton?
-- How large are properties in neighborhoods of Dayton on average?
SELECT avg(T1.area) FROM properties AS T1 JOIN neighborhoods AS T2 ON T1.neighborhood_id = T2.neighborhood_id WHERE T2.city = 'Dayton'

-- What is the total of the sale prices that agents of Lakefront Homes achieved?
-- Sum the prices of sales made by agents of Lakefront Homes.
SELECT sum(T1.price) FROM sales AS T1 JOIN agents AS T2 ON T1.agent_id = T2.agent_id JOIN agencies AS T3 ON T2.agency_id = T3.agency_id WHERE T3.name = 'Lakefront Homes'

-- Which properties does the owner with last name Rhodes have? Show street and type.
-- Show street and type of the properties owned by somebody with the last name Rhodes.
SELECT T1.street, T1.type FROM properties AS T1 JOIN owners AS T2 ON T1.owner_id = T2.owner_id WHERE T2.last_name = 'Rhodes'

-- Which different neighborhoods has the agent with last name Oster shown (viewings)?
-- Show the distinct names of neighborhoods where the agent with the last name Oster held viewings.
SELECT DISTINCT T1.name FROM neighborhoods AS T1 JOIN properties AS T2 ON T1.neighborhood_id = T2.neighborhood_id JOIN viewings AS T3 ON T2.property_id = T3.property_id JOIN agents AS T4 ON T3.agent_id = T4.agent_id WHERE T4.last_name = 'Oster'

-- Which houses (type house) have more than 3 bedrooms? Show the street.
-- Streets of properties with type house and over 3 bedrooms?
SELECT street FROM properties WHERE type = 'house' AND bedrooms > 3

-- Which properties are lofts or townhouses (type loft or townhouse)? Show street and area.
-- Show street and area of the properties that are of type loft or of type townhouse.
SELECT street, area FROM properties WHERE type = 'loft' OR type = 'townhouse'

-- Which sales took place between 2022-06-01 and 2022-12-31? Show date and price.
SELECT sale_date, price FROM sales WHERE sale_date BETWEEN '2022-06-01' AND '2022-12-31'

-- Which properties have an asking price between 150000 and 250000? Show street, type and asking price.
-- Show street, type and asking price for prices from 150000 to 250000.
SELECT street, type, asking_price FROM properties WHERE asking_price BETWEEN 150000 AND 250000

-- Which properties are on a street called Lane? Show the street and the built year.
-- Show street and built year of properties whose street contains the word Lane.
SELECT street, built_year FROM properties WHERE street LIKE '%Lane%'

-- Which agencies have a name that ends in Homes or Realty?
SELECT name FROM agencies WHERE name LIKE '%Homes' OR name LIKE '%Realty'

-- Which agents started before 2010 and take a commission over 3? Show first and last name.
SELECT first_name, last_name FROM agents WHERE start_year < 2010 AND commission > 3

-- How many agents does each agency have? Show the agency name.
-- For each agency name, count its agents.
SELECT T1.name, count(*) FROM agencies AS T1 JOIN agents AS T2 ON T1.agency_id = T2.agency_id GROUP BY T1.agency_id

-- What is the average asking price in each neighborhood? Show the neighborhood's name.
-- Show the mean asking price by the name of the neighborhood.
SELECT T1.name, avg(T2.asking_price) FROM neighborhoods AS T1 JOIN properties AS T2 ON T1.neighborhood_id = T2.neighborhood_id GROUP BY T1.neighborhood_id

-- How many properties does each owner have? Show first name, last name and number.
-- For every owner of a property, show first name, last name and how many properties.
SELECT T1.first_name, T1.last_name, count(*) FROM owners AS T1 JOIN properties AS T2 ON T1.owner_id = T2.owner_id GROUP BY T1.owner_id

-- How many viewings did each property type get?
-- Count the viewings by the type of the property.
SELECT T2.type, count(*) FROM viewings AS T1 JOIN properties AS T2 ON T1.property_id = T2.property_id GROUP BY T2.type

-- What did each agent sell in total? Show last name and sum of prices.
-- Show the last name of each agent with sales and the total price of those sales.
SELECT T1.last_name, sum(T2.price) FROM agents AS T1 JOIN sales AS T2 ON T1.agent_id = T2.agent_id GROUP BY T1.agent_id

-- Which properties have never been sold? Show the street.
-- List the street of the properties without a sale.
SELECT street FROM properties WHERE property_id NOT IN (SELECT property_id FROM sales)

-- Which neighborhoods have no property on the market?
SELECT name FROM neighborhoods WHERE neighborhood_id NOT IN (SELECT neighborhood_id FROM properties)

-- Which agencies do not have any agent?
-- Find agencies without agents.
SELECT name FROM agencies WHERE agency_id NOT IN (SELECT agency_id FROM agents)

-- Which properties ask more than the average price? Show the street.
SELECT street FROM properties WHERE asking_price > (SELECT avg(asking_price) FROM properties)

-- Which last names belong to agents that have not made a sale?
SELECT last_name FROM agents WHERE agent_id NOT IN (SELECT agent_id FROM sales)

-- In which cities do owners live where there is no agency?
-- Find the cities of owners that have no agency.
SELECT city FROM owners EXCEPT SELECT city FROM agencies

-- Which first names do agents or owners have?
-- List all first names of agents and owners together.
SELECT first_name FROM agents UNION SELECT first_name FROM owners

-- What type of property is the most common?
-- Which property type occurs most often?
SELECT type FROM properties GROUP BY type ORDER BY count(*) DESC LIMIT 1

-- Which visitor has been to the most viewings? Show the visitor and the number.
SELECT visitor, count(*) FROM viewings GROUP BY visitor ORDER BY count(*) DESC LIMIT 1

-- Which agency employs the most agents? Show its name.
-- Give the name of the agency with the largest number of agents.
SELECT T1.name FROM agencies AS T1 JOIN agents AS T2 ON T1.agency_id = T2.agency_id GROUP BY T1.agency_id ORDER BY count(*) DESC LIMIT 1

-- Which agent achieved the highest sale price? Show first name, last name and price.
-- Show the first and last name of the agent behind the most expensive sale, and its price.
SELECT T1.first_name, T1.last_name, T2.price FROM agents AS T1 JOIN sales AS T2 ON T1.agent_id = T2.agent_id ORDER BY T2.price DESC LIMIT 1

-- Which property was viewed most often? Show the street and the number of viewings.
-- Show the street of the property with the largest number of viewings, with that number.
SELECT T1.street, count(*) FROM properties AS T1 JOIN viewings AS T2 ON T1.property_id = T2.property_id GROUP BY T1.property_id ORDER BY count(*) DESC LIMIT 1

-- Which neighborhood has the highest average asking price? Show name and city.
-- Show name and city of the neighborhood where the mean asking price is the highest.
SELECT T1.name, T1.city FROM neighborhoods AS T1 JOIN properties AS T2 ON T1.neighborhood_id = T2.neighborhood_id GROUP BY T1.neighborhood_id ORDER BY avg(T2.asking_price) DESC LIMIT 1

-- Which neighborhoods have both a house and a condo?
-- Names of neighborhoods with a property of type house and one of type condo?
SELECT T1.name FROM neighborhoods AS T1 JOIN properties AS T2 ON T1.neighborhood_id = T2.neighborhood_id WHERE T2.type = 'house' INTERSECT SELECT T1.name FROM neighborhoods AS T1 JOIN properties AS T2 ON T1.neighborhood_id = T2.neighborhood_id WHERE T2.type = 'condo'

-- Which neighborhoods do not have any condo?
-- Find the neighborhoods without a property of the type condo.
SELECT name FROM neighborhoods EXCEPT SELECT T1.name FROM neighborhoods AS T1 JOIN properties AS T2 ON T1.neighborhood_id = T2.neighborhood_id WHERE T2.type = 'condo'

-- Which agents held more than 4 viewings? Show last name and number of viewings.
-- Show the last name and the number of viewings of agents with over 4 viewings.
SELECT T1.last_name, count(*) FROM agents AS T1 JOIN viewings AS T2 ON T1.agent_id = T2.agent_id GROUP BY T1.agent_id HAVING count(*) > 4

-- Which properties sold for more than they asked? Show street, asking price and sale price.
-- Show street, asking price and sale price where the sale price is above the asking price.
SELECT T1.street, T1.asking_price, T2.price FROM properties AS T1 JOIN sales AS T2 ON T1.property_id = T2.property_id WHERE T2.price > T1.asking_price

-- Which condo properties are cheaper than the average property? Show street and asking price.
-- Show street and asking price of each property of the type condo below the average asking price.
SELECT street, asking_price FROM properties WHERE type = 'condo' AND asking_price < (SELECT avg(asking_price) FROM properties)

-- In Dayton, what is the cheapest property? Show street, neighborhood name and asking price.
-- Show street, neighborhood name and asking price of the cheapest property in Dayton.
SELECT T1.street, T2.name, T1.asking_price FROM properties AS T1 JOIN neighborhoods AS T2 ON T1.neighborhood_id = T2.neighborhood_id WHERE T2.city = 'Dayton' ORDER BY T1.asking_price LIMIT 1

-- For properties built before 1980, how many viewings did each get? Show the street and the count.
-- Count the viewings of every property built before 1980, by street.
SELECT T1.street, count(*) FROM properties AS T1 JOIN viewings AS T2 ON T1.property_id = T2.property_id WHERE T1.built_year < 1980 GROUP BY T1.property_id

-- Which agents sold something in 2023? Show the last name, the date and the price, by date.
-- For sales in 2023, show agent last name, sale date and price in order of date.
SELECT T1.last_name, T2.sale_date, T2.price FROM agents AS T1 JOIN sales AS T2 ON T1.agent_id = T2.agent_id WHERE T2.sale_date BETWEEN '2023-01-01' AND '2023-12-31' ORDER BY T2.sale_date
